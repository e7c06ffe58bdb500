/**
 * The engine as a child process: a native crash or hang costs one attempt, never the server. Parent and child speak framed JSON over
 * the child's pipes; the child ends when its standard input does.
 */
@NullMarked
package io.npuq.worker.process;

import org.jspecify.annotations.NullMarked;
