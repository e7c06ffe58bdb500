/**
 * Language models over OpenVINO: one model directory, one device, and a token loop of our own, so that cancelling, streaming, stop
 * strings and guided JSON act at every token on every device. Start at {@link io.npuq.worker.llm.OpenVinoEngine}.
 */
@NullMarked
package io.npuq.worker.llm;

import org.jspecify.annotations.NullMarked;
