/** Tests of the lane on scripted queues and engines. */
@NullMarked
package io.npuq.worker.lane;

import org.jspecify.annotations.NullMarked;
