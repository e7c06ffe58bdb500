/** What holds for all of npuq's code. */
package io.npuq.launcher;
