package io.npuq.launcher.config;

/**
 * A value as someone gave it.
 *
 * @param text what was given
 * @param origin where, as a user knows it: {@code --port}, {@code NPUQ_PORT}, {@code port in FILE}, {@code default}
 */
record Given(String text, String origin) {}
