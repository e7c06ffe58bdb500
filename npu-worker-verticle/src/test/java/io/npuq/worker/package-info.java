/** Tests of the verticles. */
@NullMarked
package io.npuq.worker;

import org.jspecify.annotations.NullMarked;
