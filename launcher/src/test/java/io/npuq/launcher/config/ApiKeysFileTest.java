package io.npuq.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiKeysFileTest {
    private static final String HASH = ApiKey.hash("secret");
    private static final ApiKey ALL = new ApiKey(
            "alice",
            HASH,
            new ClientLimits(OptionalLong.of(60), OptionalLong.of(20_000), OptionalLong.of(100), 5),
            true);
    private static final ApiKey BARE = new ApiKey("bob", ApiKey.hash("other"), ClientLimits.NONE, false);

    @TempDir
    private Path dir;

    private Path file;

    @BeforeEach
    void name() {
        file = dir.resolve("keys");
    }

    @Test
    void keysThatWereAddedAreReadWithAllTheirLimits() throws Exception {
        ApiKeysFile keys = new ApiKeysFile(file);
        keys.add(ALL);
        keys.add(BARE);

        assertEquals(List.of(ALL, BARE), keys.read());
        assertEquals(
                "alice sha256:" + HASH
                        + " requests_per_minute=60 tokens_per_minute=20000 queued_jobs=100 priority=5 admin\n"
                        + "bob sha256:" + BARE.sha256() + "\n",
                Files.readString(file));
    }

    @Test
    void commentsAndBlankLinesStay() throws Exception {
        write("# ours\n\nbob   sha256:" + BARE.sha256() + "\tadmin");
        new ApiKeysFile(file).add(ALL);

        assertEquals(
                List.of("bob", "alice"),
                new ApiKeysFile(file).read().stream().map(ApiKey::name).toList());
        assertTrue(Files.readString(file).startsWith("# ours\n\n"));
    }

    @Test
    void newFileIsItsOwnersAloneAndAnyOtherIsRefused() throws Exception {
        assumeTrue(Files.getFileAttributeView(dir, PosixFileAttributeView.class) != null, "no POSIX rights here");
        ApiKeysFile keys = new ApiKeysFile(file);
        keys.add(BARE);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));

        for (String rights : List.of("rw-r-----", "rw----r--", "rw--w----")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
            assertTrue(said(keys::read).contains("chmod 600 " + file), rights);
            assertTrue(said(() -> keys.add(ALL)).contains("chmod 600"), rights);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bob",
                "bob SECRET",
                "bob sha256:SECRET",
                "bob sha256:HASH0",
                "b*b sha256:HASH",
                "bob sha256:HASH admin admin",
                "bob sha256:HASH admin=true",
                "bob sha256:HASH priority=10",
                "bob sha256:HASH priority=-1",
                "bob sha256:HASH queued_jobs=0",
                "bob sha256:HASH queued_jobs=1 queued_jobs=2",
                "bob sha256:HASH tokens_per_minute=",
                "bob sha256:HASH speed=1",
                "bob sha256:HASH\nbob sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "bob sha256:HASH\ncarol sha256:HASH"
            })
    void aLineThatIsWrongIsNamedByItsNumberAndNotRepeated(String lines) throws Exception {
        write("# a comment\n" + lines.replace("HASH", HASH));

        String said = said(new ApiKeysFile(file)::read);
        int wrong = 1 + (int) lines.lines().count();
        assertTrue(said.startsWith("--api-keys-file: " + file + ", line " + wrong + ": "), said);
        assertFalse(said.contains("SECRET") || said.contains(HASH), said);
    }

    @Test
    void aFileWithoutKeysOrNoFileNamesTheCommandThatMakesOne() throws Exception {
        assertTrue(said(new ApiKeysFile(file)::read).contains("npuq keys add NAME"));
        write("# none yet\n");
        assertTrue(said(new ApiKeysFile(file)::read).contains("npuq keys add NAME"));
    }

    @Test
    void nonlocalHostIsTakenWithLeaveAndKeys() throws Exception {
        new ApiKeysFile(file).add(BARE);
        Configuration nonlocal = Configuration.resolve(
                Map.of("--host", "0.0.0.0", "--allow-nonlocal", "true", "--api-keys-file", file.toString()), Map.of());

        assertEquals(List.of(BARE), nonlocal.npuq().http().keys());
        assertTrue(
                nonlocal.warnings().get(0).contains("--tls-cert"),
                nonlocal.warnings().toString());
        assertThrows(
                ConfigException.class,
                () -> Configuration.resolve(Map.of("--host", "0.0.0.0", "--api-keys-file", file.toString()), Map.of()));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
        if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private interface Reading {
        void run() throws ConfigException;
    }

    private static String said(Reading reading) {
        return String.valueOf(assertThrows(ConfigException.class, reading::run).getMessage());
    }
}
