package io.npuq.launcher.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * How the text of a setting becomes a value.
 *
 * @param label what stands for the value in a usage line, such as {@code PORT}
 * @param allowed what is allowed, as the end of a sentence that begins with "it must be"
 * @param parser the value; empty when the text is not allowed
 */
record ValueType<T>(String label, String allowed, Function<String, Optional<T>> parser) {}
