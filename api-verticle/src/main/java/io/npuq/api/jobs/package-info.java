/** The jobs API: submit, look, wait, list, cancel, and the queue as a whole. */
@NullMarked
package io.npuq.api.jobs;

import org.jspecify.annotations.NullMarked;
