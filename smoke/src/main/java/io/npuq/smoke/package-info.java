/** Black-box checks: npuq as its users meet it, as a program and over HTTP. Knows no other module. */
@NullMarked
package io.npuq.smoke;

import org.jspecify.annotations.NullMarked;
