package io.npuq.scheduler.audit;

import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.DirectorySync;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The file of a private key: its owner's alone from the moment that it is there. */
final class KeyFile {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");

    private final Path file;

    KeyFile(Path file) {
        this.file = file;
    }

    /** The key; empty when there is no file. */
    Optional<SigningKey> read() throws IOException {
        try {
            return Optional.of(SigningKey.parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is not the key of a request log: " + e.getMessage(), e);
        }
    }

    /** Whether others than its owner may read or change it, as far as the file system tells. */
    boolean isOpenToOthers() throws IOException {
        return hasPosixRights() && !OWNER.containsAll(Files.getPosixFilePermissions(file));
    }

    /** Takes the place of whatever is there, or of nothing, at one stroke, and is on disk then. */
    void write(SigningKey key) throws IOException {
        Path made = stage(key);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        DirectorySync.force(directory(), ChannelOpener.REAL);
    }

    /** Puts the key on disk beside the file, under another name. */
    private Path stage(SigningKey key) throws IOException {
        Path made = directory().resolve(file.getFileName() + ".new");
        Files.deleteIfExists(made);
        try (FileChannel channel = FileChannel.open(
                made, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownersAlone())) {
            ByteBuffer text = ByteBuffer.wrap(key.text().getBytes(StandardCharsets.UTF_8));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        return made;
    }

    /** Rights that the file is made with: POSIX ones, or an access list, or what the directory gives where there is neither. */
    private FileAttribute<?>[] ownersAlone() throws IOException {
        if (hasPosixRights()) {
            return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)};
        }
        if (!directory().getFileSystem().supportedFileAttributeViews().contains("acl")) {
            return new FileAttribute<?>[0];
        }
        UserPrincipal owner = Files.getOwner(directory());
        AclEntry all = AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(owner)
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .build();
        return new FileAttribute<?>[] {new OwnersAcl(List.of(all))};
    }

    private record OwnersAcl(List<AclEntry> value) implements FileAttribute<List<AclEntry>> {
        @Override
        public String name() {
            return "acl:acl";
        }
    }

    private boolean hasPosixRights() throws IOException {
        return Files.getFileStore(directory()).supportsFileAttributeView("posix");
    }

    private Path directory() {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException("a key lies in a directory: " + file);
        }
        return parent;
    }
}
