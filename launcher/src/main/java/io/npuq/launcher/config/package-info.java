/**
 * What can be configured, and where each value comes from: flags over environment over file over defaults. {@link
 * io.npuq.launcher.config.Settings} is the one table; docs/configuration.md is checked against it.
 */
@NullMarked
package io.npuq.launcher.config;

import org.jspecify.annotations.NullMarked;
