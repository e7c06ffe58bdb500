/** What a lane asks of an engine, whatever stands behind it: a child process, OpenVINO in this process, or plain Java. */
@NullMarked
package io.npuq.worker.engine;

import org.jspecify.annotations.NullMarked;
