package io.npuq.launcher.batch;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.function.Predicate;

/** The files below a folder, one after the other: however many there are, none is kept in mind. Links are not followed, hidden names not looked at. */
final class Tree {
    private final Path root;
    private final int depth;
    private final Predicate<Path> wanted;
    private final Skips skips;

    /**
     * A tree.
     *
     * @param depth how many folders deep
     * @param wanted which files
     * @param skips takes what is not looked at
     */
    Tree(Path root, int depth, Predicate<Path> wanted, Skips skips) {
        this.root = root;
        this.depth = depth;
        this.wanted = wanted;
        this.skips = skips;
    }

    /** Gives them all; answers whether more is wanted. */
    boolean each(Source.Taker taker) {
        Visit visit = new Visit(taker);
        try {
            Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), depth, visit);
        } catch (IOException e) {
            return taker.take(unreadable(root, e));
        }
        return visit.more;
    }

    private final class Visit extends SimpleFileVisitor<Path> {
        private final Source.Taker taker;
        private boolean more = true;

        private Visit(Source.Taker taker) {
            this.taker = taker;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (!folder.equals(root) && isHidden(folder)) {
                skips.add(Skips.HIDDEN, folder.toString());
                return FileVisitResult.SKIP_SUBTREE;
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!wanted.test(file) || attributes.isDirectory()) {
                return FileVisitResult.CONTINUE;
            }
            if (isHidden(file)) {
                skips.add(Skips.HIDDEN, file.toString());
            } else if (attributes.isSymbolicLink()) {
                skips.add(Skips.LINK, file.toString());
            } else if (!attributes.isRegularFile()) {
                skips.add(Skips.SPECIAL, file.toString());
            } else {
                return give(new Source(
                        file.normalize().toString(), attributes.size(), false, () -> Files.newInputStream(file)));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            return give(unreadable(file, e));
        }

        private FileVisitResult give(Source source) {
            more = taker.take(source);
            return more ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
        }
    }

    private static Source unreadable(Path file, IOException e) {
        return Source.broken(
                file.normalize().toString(),
                new Failure(
                        Failure.UNREADABLE, "it cannot be read: " + e.getClass().getSimpleName()));
    }

    private static boolean isHidden(Path file) {
        return String.valueOf(file.getFileName()).matches("\\.(?!\\.?$).*");
    }
}
