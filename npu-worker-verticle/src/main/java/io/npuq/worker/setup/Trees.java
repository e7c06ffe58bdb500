package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Directories that are there whole or not at all. */
public final class Trees {
    private static final String PARTIAL = ".partial";

    private Trees() {}

    /** A new directory beside where {@link #publish} will put it; a name of its own, so that no remnant can be in it. */
    static Path partial(Path target) throws IOException {
        String id = UUID.randomUUID().toString().substring(0, 8);
        return Files.createDirectories(target.resolveSibling(target.getFileName() + "-" + id + PARTIAL));
    }

    /** Puts a finished directory in its place, at once. */
    static void publish(Path partial, Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(target, partial(target), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        deletePartials(target);
    }

    /** Deletes what interrupted set-ups left beside a target. */
    static void deletePartials(Path target) throws IOException {
        try (DirectoryStream<Path> remnants =
                Files.newDirectoryStream(target.resolveSibling("."), target.getFileName() + "-*" + PARTIAL)) {
            for (Path remnant : remnants) {
                delete(remnant);
            }
        }
    }

    /** Deletes a directory with all that is in it; symbolic links are not followed. */
    public static void delete(Path dir) throws IOException {
        if (!Files.exists(dir, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(dir, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Windows wants the right to write, which a read-only file does not give; there Linux is content with reading. */
    private static StandardOpenOption toSync(Path file) {
        return Files.isWritable(file) ? StandardOpenOption.WRITE : StandardOpenOption.READ;
    }

    /** Brings the content of all files to the disk, so that a power cut leaves none empty under its final name. */
    public static void sync(Path dir) throws IOException {
        Files.walkFileTree(dir, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    try (FileChannel channel = FileChannel.open(file, toSync(file))) {
                        channel.force(true);
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
