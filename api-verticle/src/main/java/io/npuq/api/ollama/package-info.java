/** The dialect of Ollama's clients. */
@NullMarked
package io.npuq.api.ollama;

import org.jspecify.annotations.NullMarked;
