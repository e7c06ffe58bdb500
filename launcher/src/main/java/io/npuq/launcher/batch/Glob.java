package io.npuq.launcher.batch;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * A pattern of file names that the shell did not see: {@code *}, {@code ?}, {@code [a-z]}, {@code {a,b}}, and {@code **} for any folders, none too.
 *
 * @param root the folder below which all that match are
 * @param depth how deep they may be below it
 */
record Glob(Path root, int depth, List<PathMatcher> matchers) {
    private static final String SPECIAL = "*?[{";
    private static final String ANY_FOLDERS = "**/";

    static boolean is(String text) {
        return text.chars().anyMatch(c -> SPECIAL.indexOf(c) >= 0);
    }

    static Glob of(String text) throws BatchException {
        String pattern = text.startsWith("./") ? text.substring(2) : text;
        int special =
                (int) pattern.chars().takeWhile(c -> SPECIAL.indexOf(c) < 0).count();
        int slash = pattern.lastIndexOf('/', special);
        String root = slash < 0 ? "" : pattern.substring(0, Math.max(slash, 1));
        int depth = pattern.contains("**")
                ? Integer.MAX_VALUE
                : (int) pattern.substring(slash + 1)
                                .chars()
                                .filter(c -> c == '/')
                                .count()
                        + 1;
        try {
            return new Glob(
                    Path.of(root),
                    depth,
                    Stream.of(pattern, pattern.replace(ANY_FOLDERS, ""))
                            .distinct()
                            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
                            .toList());
        } catch (PatternSyntaxException e) {
            throw new BatchException(
                    "\"" + text + "\" is no file, and no pattern of file names: " + e.getDescription());
        }
    }

    boolean matches(Path file) {
        return matchers.stream().anyMatch(matcher -> matcher.matches(file));
    }
}
