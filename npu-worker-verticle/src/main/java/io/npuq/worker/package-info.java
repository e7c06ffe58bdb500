/** The lanes as verticles. */
@NullMarked
package io.npuq.worker;

import org.jspecify.annotations.NullMarked;
