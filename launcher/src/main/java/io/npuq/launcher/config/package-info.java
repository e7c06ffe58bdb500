/** Where each value of the configuration comes from: flags over environment over file over defaults. */
@NullMarked
package io.npuq.launcher.config;

import org.jspecify.annotations.NullMarked;
