/** What this machine has of what npuq wants, and what to do about the rest. */
@NullMarked
package io.npuq.launcher.doctor;

import org.jspecify.annotations.NullMarked;
