/** The engine without a model: answers the bounded kinds by extraction and by documented rules, in plain Java. */
@NullMarked
package io.npuq.worker.builtin;

import org.jspecify.annotations.NullMarked;
