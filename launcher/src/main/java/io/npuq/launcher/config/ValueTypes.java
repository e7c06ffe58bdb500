package io.npuq.launcher.config;

import io.npuq.schema.WireName;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The kinds of values that settings have. */
final class ValueTypes {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})([kmg]?)");
    /** Each is 1,024 of the one before. */
    private static final List<String> SIZE_UNITS = List.of("", "k", "m", "g");

    private static final String PATH_ALLOWED =
            "a path, with the home directory written out where \"~\" would stand for it";

    private ValueTypes() {}

    /** Two levels: the outer one says whether the text is allowed, the inner one whether it is a value or the word for nothing. */
    private static <T> Function<String, Optional<Optional<T>>> orNothing(
            String nothing, Function<String, Optional<T>> value) {
        return text -> {
            if (text.strip().equalsIgnoreCase(nothing)) {
                return Optional.of(Optional.empty());
            }
            Optional<T> found = value.apply(text);
            return found.isPresent() ? Optional.of(found) : Optional.empty();
        };
    }

    static ValueType<String> text(String label, String allowed) {
        return new ValueType<>(label, allowed, text -> Optional.of(text).filter(Predicate.not(String::isBlank)));
    }

    /** A text, or nothing at all. */
    static ValueType<Optional<String>> optionalText(String label, String allowed) {
        return new ValueType<>(label, allowed, orNothing("", Optional::of));
    }

    static ValueType<Long> wholeNumber(String label, long min, long max) {
        return new ValueType<>(
                label,
                "a whole number from " + min + " to " + max,
                text -> Optional.of(text)
                        .filter(digits -> digits.matches("[0-9]{1,18}"))
                        .map(Long::parseLong)
                        .filter(number -> number >= min && number <= max));
    }

    /** A port, or nothing at all. */
    static ValueType<OptionalInt> optionalPort(int max) {
        ValueType<Long> port = wholeNumber("PORT", 0, max);
        return new ValueType<>(
                port.label(),
                port.allowed(),
                text -> text.isEmpty()
                        ? Optional.of(OptionalInt.empty())
                        : port.parser().apply(text).map(Math::toIntExact).map(OptionalInt::of));
    }

    static ValueType<Boolean> yesOrNo() {
        Map<String, Boolean> words = Map.of(
                "true", true, "1", true, "yes", true, "on", true, "false", false, "0", false, "no", false, "off",
                false);
        return new ValueType<>(
                "BOOLEAN", "true or false", text -> Optional.ofNullable(words.get(text.toLowerCase(Locale.ROOT))));
    }

    /** At least one unit of the smallest; or 0, where {@code zero} allows that. */
    static ValueType<Duration> duration(boolean zero) {
        return new ValueType<>(
                "DURATION",
                Durations.ALLOWED + (zero ? "" : ", longer than 0"),
                text -> Durations.parse(text).filter(duration -> zero || !duration.isZero()));
    }

    /** A time, or for ever. */
    static ValueType<Optional<Duration>> durationOrNever() {
        return new ValueType<>(
                "DURATION|never",
                "never, or a duration such as 500ms, 180s, 5m, 24h or 7d, longer than 0",
                orNothing("never", text -> Durations.parse(text).filter(time -> !time.isZero())));
    }

    /** A number of bytes, or nothing at all. */
    static ValueType<OptionalLong> optionalSize(long minBytes) {
        return new ValueType<>(
                "SIZE",
                "a size such as 900m or 6g, or a number of bytes, of at least " + (minBytes >> 20) + "m",
                text -> text.isEmpty()
                        ? Optional.of(OptionalLong.empty())
                        : bytes(text).filter(bytes -> bytes >= minBytes).map(OptionalLong::of));
    }

    private static Optional<Long> bytes(String text) {
        Matcher parts = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        int shift = SIZE_UNITS.indexOf(parts.group(2)) * 10;
        return Optional.of(Long.parseLong(parts.group(1)))
                .filter(number -> number <= Long.MAX_VALUE >> shift)
                .map(number -> number << shift);
    }

    /** A bare number is seconds, as npu-proxy has it. */
    static ValueType<Path> path(String label) {
        return new ValueType<>(label, PATH_ALLOWED, ValueTypes::parsePath);
    }

    /** A path, or nothing at all. */
    static ValueType<Optional<Path>> optionalPath(String label) {
        return new ValueType<>(label, PATH_ALLOWED, orNothing("", ValueTypes::parsePath));
    }

    /** The address of a server's dialect, or nothing at all. */
    static ValueType<Optional<URI>> optionalAddress() {
        return new ValueType<>(
                "URL",
                "an address such as https://host:8000/v1, without a user, a password or a query",
                orNothing("", ValueTypes::address));
    }

    private static Optional<URI> address(String text) {
        try {
            URI address = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean usable = ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                    && address.getHost() != null
                    && address.getUserInfo() == null
                    && address.getQuery() == null
                    && address.getFragment() == null;
            return usable ? Optional.of(address) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Names by local names, separated by commas; the empty local name is that of a name alone. None at all is allowed. */
    static ValueType<Map<String, String>> modelNames() {
        return new ValueType<>(
                "NAME",
                "a model's name, or LOCAL=NAME separated by commas, each local name once",
                ValueTypes::modelNames);
    }

    private static Optional<Map<String, String>> modelNames(String text) {
        Map<String, String> names = new HashMap<>();
        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String local = equals < 0 ? "" : part.substring(0, equals).strip();
            String name = part.substring(equals + 1).strip();
            if (name.isEmpty() || equals == 0 || names.put(local, name) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(names);
    }

    private static Optional<Path> parsePath(String text) {
        try {
            return text.isBlank() || text.startsWith("~")
                    ? Optional.empty()
                    : Optional.of(Path.of(text).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            return Optional.empty(); // such as a zero byte
        }
    }

    /** One of an enum's names, in whatever case. */
    static <E extends Enum<E> & WireName> ValueType<E> oneOf(Class<E> type) {
        return oneOf(List.of(type.getEnumConstants()));
    }

    /** One of these names, in whatever case. */
    static <E extends Enum<E> & WireName> ValueType<E> oneOf(List<E> constants) {
        String names = constants.stream().map(WireName::wire).collect(Collectors.joining(", "));
        return new ValueType<>(
                names.replace(", ", "|"),
                "one of " + names,
                text -> constants.stream()
                        .filter(constant -> constant.wire().equalsIgnoreCase(text))
                        .findFirst());
    }

    /** Some of an enum's names, in whatever case, each once; none at all is allowed. */
    static <E extends Enum<E> & WireName> ValueType<List<E>> someOf(Class<E> type) {
        ValueType<E> one = oneOf(type);
        return new ValueType<>(
                "DEVICES",
                "devices separated by commas, each once, of " + one.label().replace("|", ", "),
                text -> {
                    List<Optional<E>> parts = Stream.of(text.split(","))
                            .map(String::strip)
                            .filter(Predicate.not(String::isEmpty))
                            .map(one.parser())
                            .toList();
                    boolean allowed = parts.stream().allMatch(Optional::isPresent)
                            && parts.stream().distinct().count() == parts.size();
                    return allowed
                            ? Optional.of(
                                    parts.stream().map(Optional::orElseThrow).toList())
                            : Optional.empty();
                });
    }

    /** One of these words, in whatever case. */
    static ValueType<String> oneOf(String... words) {
        return new ValueType<>(
                String.join("|", words),
                "one of " + String.join(", ", words),
                text -> Stream.of(words)
                        .filter(word -> word.equalsIgnoreCase(text))
                        .findFirst());
    }

    /** Names, separated by commas; none at all is allowed. */
    static ValueType<Set<String>> names(String label) {
        return new ValueType<>(
                label,
                "host names separated by commas",
                text -> Optional.of(Stream.of(text.split(","))
                                .map(String::strip)
                                .filter(Predicate.not(String::isEmpty))
                                .collect(Collectors.toUnmodifiableSet()))
                        .filter(names -> names.stream().allMatch(name -> name.matches("[A-Za-z0-9.:\\[\\]_-]+"))));
    }
}
