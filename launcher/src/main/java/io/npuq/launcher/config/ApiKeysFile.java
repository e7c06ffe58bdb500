package io.npuq.launcher.config;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.config.ApiKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The file of API keys: a key a line. It holds hashes, but who may write it lets himself in, so it must be its owner's alone. */
public final class ApiKeysFile {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> NEW = PosixFilePermissions.fromString("rw-------");

    private final Path file;

    /** That file, which need not be there yet. */
    public ApiKeysFile(Path file) {
        this.file = file;
    }

    /**
     * The keys in it, at least one.
     *
     * @throws ConfigException that names the file, the line, and what is wrong; never what stands there, which may be a key
     */
    public List<ApiKey> read() throws ConfigException {
        List<ApiKey> keys = parse(text());
        if (keys.isEmpty()) {
            throw new ConfigException(named() + " holds no key; \"npuq keys add NAME\" makes one");
        }
        return keys;
    }

    /** Adds a key; makes the file where there is none. */
    public void add(ApiKey key) throws ConfigException {
        boolean isNew = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        String before = isNew ? "" : text();
        List<ApiKey> keys = parse(before);
        keys.add(key);
        checkDistinct(keys);
        String line = ApiKeyLine.of(key) + "\n";
        try {
            if (isNew) {
                create();
            }
            OpenOption[] end = {StandardOpenOption.WRITE, StandardOpenOption.APPEND};
            Files.writeString(file, before.isEmpty() || before.endsWith("\n") ? line : "\n" + line, end);
        } catch (IOException e) {
            throw new ConfigException(named() + " cannot be written: " + said(e), e);
        }
    }

    private void create() throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(NEW));
        } catch (UnsupportedOperationException e) {
            Files.createFile(file); // Where files have no such rights, those of the directory hold.
        }
    }

    private String text() throws ConfigException {
        try {
            if (hasPosixRights(file) && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
                throw new ConfigException(
                        named() + " can be used by others than its owner; take that from them with: chmod 600 " + file);
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigException(
                    named() + " cannot be read: " + said(e) + "; \"npuq keys add NAME\" makes it, with a first key", e);
        }
    }

    private List<ApiKey> parse(String text) throws ConfigException {
        List<ApiKey> keys = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                try {
                    keys.add(ApiKeyLine.parse(line.strip()));
                    checkDistinct(keys);
                } catch (InvalidInputException | ConfigException e) {
                    throw new ConfigException(named() + ", line " + number + ": " + e.getMessage(), e);
                }
            }
        }
        return keys;
    }

    /** Compares the last one with all before it. */
    private static void checkDistinct(List<ApiKey> keys) throws ConfigException {
        ApiKey last = keys.get(keys.size() - 1);
        for (ApiKey other : keys.subList(0, keys.size() - 1)) {
            if (other.name().equals(last.name())) {
                throw new ConfigException("there is a key named " + last.name() + " already; names must differ");
            }
            if (other.hasHash(last.sha256())) {
                throw new ConfigException(last.name() + " and " + other.name() + " have the same key");
            }
        }
    }

    private String named() {
        return Settings.API_KEYS_FILE.flag() + ": " + file;
    }

    private static String said(IOException e) {
        return e.getClass().getSimpleName() + " " + e.getMessage();
    }

    private static boolean hasPosixRights(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    }
}
