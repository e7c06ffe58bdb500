package io.npuq.launcher.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The documents of a batch: files, all files of folders, files that match a pattern, standard input; each of these whole, or its lines, or a column
 * of it.
 */
public final class Sources {
    private static final String STANDARD_INPUT = "-";

    private final List<String> arguments;
    private final Splitting splitting;
    private final InputStream standardInput;
    private final Set<Path> notThese;
    private final Skips skips;

    /**
     * Looks at what was named, not yet into it.
     *
     * @param arguments names of files and folders, patterns, {@code -}
     * @param splitting what of them is a document
     * @param notThese files that folders may hold and that are no documents: the result
     * @throws BatchException for what is not there
     */
    Sources(
            List<String> arguments,
            Splitting splitting,
            InputStream standardInput,
            Collection<Path> notThese,
            Skips skips)
            throws BatchException {
        this.arguments = arguments;
        this.splitting = splitting;
        this.standardInput = standardInput;
        this.notThese = notThese.stream().map(Sources::absolute).collect(Collectors.toSet());
        this.skips = skips;
        for (String argument : arguments) {
            check(argument);
        }
        if (arguments.stream().filter(STANDARD_INPUT::equals).count() > 1) {
            throw new BatchException("- names standard input, and can be given once");
        }
    }

    private static void check(String argument) throws BatchException {
        if (!argument.equals(STANDARD_INPUT) && !Files.exists(path(argument))) {
            if (!Glob.is(argument)) {
                throw new BatchException("there is no file or folder " + argument);
            }
            if (tree(Glob.of(argument), new Skips()).each(source -> false)) {
                throw new BatchException("no file matches " + argument);
            }
        }
    }

    /** How many there are at most; empty where that shows only at the end of standard input or a pipe. Looks at each. */
    OptionalLong count() throws BatchException {
        for (String argument : arguments) {
            if (argument.equals(STANDARD_INPUT) || isReadOnce(path(argument))) {
                return OptionalLong.empty();
            }
        }
        long[] count = {0};
        each(
                source -> {
                    count[0]++;
                    return true;
                },
                new Skips());
        return OptionalLong.of(count[0]);
    }

    /** A pipe, such as the shell makes of {@code <(…)}. */
    private static boolean isReadOnce(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    /** Gives them all, one after the other, until no more are wanted. */
    void each(Source.Taker taker) throws BatchException {
        each(taker, skips);
    }

    private void each(Source.Taker taker, Skips skipped) throws BatchException {
        for (String argument : arguments) {
            if (!each(argument, taker, skipped)) {
                return;
            }
        }
    }

    private boolean each(String argument, Source.Taker taker, Skips skipped) throws BatchException {
        if (argument.equals(STANDARD_INPUT)) {
            return splitting.split(
                    new Source(argument, DocumentText.BYTES_MAX, true, () -> standardInput), taker, skipped);
        }
        Path path = path(argument);
        if (Files.isDirectory(path)) {
            return split(new Tree(path, Integer.MAX_VALUE, file -> true, skipped), taker, skipped);
        }
        if (Files.exists(path)) {
            return splitting.split(file(path), taker, skipped);
        }
        return split(tree(Glob.of(argument), skipped), taker, skipped);
    }

    private boolean split(Tree tree, Source.Taker taker, Skips skipped) throws BatchException {
        BatchException[] wrong = new BatchException[1];
        boolean more = tree.each(source -> {
            if (notThese.contains(absolute(Path.of(source.name())))) {
                skipped.add(Skips.RESULT, source.name());
                return true;
            }
            try {
                return splitting.split(source, taker, skipped);
            } catch (BatchException e) {
                wrong[0] = e;
                return false;
            }
        });
        if (wrong[0] != null) {
            throw wrong[0];
        }
        return more;
    }

    private static Source file(Path path) {
        return new Source(path.normalize().toString(), size(path), true, () -> Files.newInputStream(path));
    }

    private static Tree tree(Glob glob, Skips skips) {
        return new Tree(glob.root(), glob.depth(), glob::matches, skips);
    }

    private static long size(Path path) {
        try {
            return Files.size(path);
        } catch (IOException e) {
            return DocumentText.BYTES_MAX; // whoever opens it learns why
        }
    }

    private static Path path(String argument) throws BatchException {
        try {
            return Path.of(argument);
        } catch (InvalidPathException e) {
            throw new BatchException("\"" + argument + "\" cannot be a file's name: " + e.getReason());
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
