/**
 * JSON of a given shape, byte by byte: {@link io.npuq.worker.llm.grammar.Grammar} makes a shape into a {@link
 * io.npuq.worker.llm.grammar.State}, from which each byte leads to the next. Bytes and not characters or tokens, as tokens begin and end
 * anywhere in them.
 */
@NullMarked
package io.npuq.worker.llm.grammar;

import org.jspecify.annotations.NullMarked;
