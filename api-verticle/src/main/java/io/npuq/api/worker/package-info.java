/** The bounded worker contract of a local sidecar: four jobs that answer in the same call. */
@NullMarked
package io.npuq.api.worker;

import org.jspecify.annotations.NullMarked;
