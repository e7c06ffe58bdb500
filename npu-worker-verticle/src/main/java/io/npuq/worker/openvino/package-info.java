/**
 * The one door to native code: OpenVINO's plain C library through JNA. Handles are {@link java.lang.AutoCloseable}; using one after its
 * close throws {@link java.lang.IllegalStateException}; a call that OpenVINO answers with an error throws {@link
 * io.npuq.worker.openvino.OpenVinoException} with OpenVINO's own text. No pointer leaves this package.
 */
@NullMarked
package io.npuq.worker.openvino;

import org.jspecify.annotations.NullMarked;
