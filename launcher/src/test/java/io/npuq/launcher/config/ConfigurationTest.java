package io.npuq.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EmbeddingConfig;
import io.npuq.schema.config.RemoteConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigurationTest {
    @TempDir
    private Path dir;

    @Test
    void flagWinsOverEnvironmentOverNpuProxyOverFileOverDefault() throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("NPUQ_PORT", "3", "NPU_PROXY_PORT", "2"));
        Map<String, String> file = Map.of("--config", file("port = 1"));
        Map<String, String> flags = new HashMap<>(file);
        flags.put("--port", "4");
        assertEquals(4, resolve(flags, environment).npuq().http().port());
        assertEquals(3, resolve(file, environment).npuq().http().port());
        environment.remove("NPUQ_PORT");
        assertEquals(2, resolve(file, environment).npuq().http().port());
        environment.remove("NPU_PROXY_PORT");
        assertEquals(1, resolve(file, environment).npuq().http().port());
        assertEquals(18_820, resolve(Map.of(), environment).npuq().http().port());
    }

    @Test
    void variableThatIsSetToNothingIsNotSet() throws Exception {
        assertEquals(
                18_820,
                resolve(Map.of(), Map.of("NPUQ_PORT", " ")).npuq().http().port());
    }

    @Test
    void dataAndCacheLieUnderHomeWhereNobodySaysOtherwise() throws Exception {
        Configuration here = resolve(Map.of("--home", dir.toString()), Map.of());
        assertEquals(dir.resolve("data"), here.npuq().queue().dataDir());
        assertEquals(dir.resolve("cache/compiled"), here.npuq().engine().cacheDir());
        assertEquals(
                Path.of("/else"),
                resolve(Map.of("--data", "/else"), Map.of("NPUQ_HOME", dir.toString()))
                        .npuq()
                        .queue()
                        .dataDir());
    }

    @ParameterizedTest
    @CsvSource({
        "--port, 65536, a whole number from 0 to 65535",
        "--port, 1 2, a whole number from 0 to 65535",
        "--device, TPU, 'one of AUTO, NPU, GPU, CPU, BUILTIN'",
        "--inference-timeout, 0s, 'a duration such as 500ms, 180s, 5m, 24h or 7d, longer than 0'",
        "--drain-timeout, soon, 'a duration such as 500ms, 180s, 5m, 24h or 7d'",
        "--contract-fallback, maybe, true or false",
        "--queued-jobs-max, 0, a whole number from 1 to 100000000",
        "--data, ~/npuq, 'a path, with the home directory written out where \"~\" would stand for it'",
        "--prefill-hint, FAST, 'one of DYNAMIC, STATIC'",
        "--log-level, loud, 'one of error, warn, info, debug'",
        "--allowed-hosts, a b, host names separated by commas",
    })
    void badValueNamesItsSourceItselfAndWhatIsAllowed(String flag, String value, String allowed) {
        ConfigException refused = assertThrows(ConfigException.class, () -> resolve(Map.of(flag, value), Map.of()));
        assertEquals(flag + " is \"" + value + "\"; it must be " + allowed, refused.getMessage());
    }

    @Test
    void badValueOfAnEnvironmentAndOfAFileIsNamedByThem() throws IOException {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> resolve(Map.of(), Map.of("NPU_PROXY_PORT", "x")));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("NPU_PROXY_PORT is \"x\""), refused::toString);
        String file = file("port = x");
        refused = assertThrows(ConfigException.class, () -> resolve(Map.of("--config", file), Map.of()));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("port in " + file), refused::toString);
    }

    @ParameterizedTest
    @CsvSource({"500ms, PT0.5S", "180s, PT3M", "60, PT1M", "5m, PT5M", "24h, PT24H", "7d, PT168H"})
    void durationsHaveUnitsAndABareNumberIsSeconds(String text, Duration duration) throws Exception {
        assertEquals(
                duration,
                resolve(Map.of(), Map.of("NPU_PROXY_INFERENCE_TIMEOUT", text))
                        .npuq()
                        .engine()
                        .inferenceTimeout());
    }

    @Test
    void valuesOfNpuProxyAreUnderstood() throws Exception {
        Configuration read = resolve(
                Map.of(),
                Map.of(
                        "NPU_PROXY_DEVICE",
                        "cpu",
                        "NPU_PROXY_LOG_LEVEL",
                        "WARNING",
                        "NPU_PROXY_MAX_PROMPT_LEN",
                        "4096"));
        assertEquals(DeviceChoice.CPU, read.npuq().engine().device());
        assertEquals(LogLevel.WARN, read.logLevel(LogLevel.INFO));
        assertEquals(4_096, read.npuq().engine().npu().maxPromptLen());
        assertTrue(read.engineIsNamed());
        assertFalse(resolve(Map.of("--device", "AUTO"), Map.of()).engineIsNamed());
    }

    @Test
    void unknownKeyOfAFileIsAnErrorThatNamesIt() throws IOException {
        String file = file("prot = 1");
        ConfigException refused =
                assertThrows(ConfigException.class, () -> resolve(Map.of("--config", file), Map.of()));
        assertTrue(String.valueOf(refused.getMessage()).contains("\"prot\", which is no setting"), refused::toString);
    }

    @Test
    void keyThatAFileSetsTwiceIsAnError() throws IOException {
        String file = file("port = 1\nport = 2");
        ConfigException refused =
                assertThrows(ConfigException.class, () -> resolve(Map.of("--config", file), Map.of()));
        assertTrue(String.valueOf(refused.getMessage()).contains("sets port twice"), refused::toString);
    }

    @Test
    void fileTakesCommentsDashesAndTextBeyondAscii() throws Exception {
        Configuration read = resolve(
                Map.of("--config", file("# a comment\nmax-prompt-len: 2048\nmodel = /models/größe\n")), Map.of());
        assertEquals(2_048, read.npuq().engine().npu().maxPromptLen());
        assertEquals("/models/größe", read.npuq().engine().model());
    }

    @Test
    void fileThatIsMissingIsAnErrorThatNamesIt() {
        String file = dir.resolve("none.properties").toString();
        ConfigException refused =
                assertThrows(ConfigException.class, () -> resolve(Map.of("--config", file), Map.of()));
        assertTrue(String.valueOf(refused.getMessage()).contains(file), refused::toString);
    }

    @Test
    void mockModeIsRefusedWithASentence() {
        ConfigException refused =
                assertThrows(ConfigException.class, () -> resolve(Map.of(), Map.of("NPU_PROXY_REAL_INFERENCE", "0")));
        assertTrue(String.valueOf(refused.getMessage()).contains("npuq has none"), refused::toString);
    }

    @Test
    void variableThatSaysNothingToThisNpuqIsTold() throws Exception {
        Configuration read = resolve(
                Map.of(),
                Map.of(
                        "NPUQ_PROT",
                        "1",
                        "NPU_PROXY_EMBEDDING_CACHE",
                        "1800",
                        "NPU_PROXY_REAL_INFERENCE",
                        "1",
                        "PATH",
                        "/bin"));
        assertEquals(
                List.of(
                        "NPUQ_PROT is set, but this npuq has no such setting: it changes nothing",
                        "NPU_PROXY_EMBEDDING_CACHE is set, but this npuq has no such setting: it changes nothing"),
                read.warnings());
    }

    @Test
    void embeddingsAreConfiguredByTheNamesOfNpuProxyToo() throws ConfigException {
        EmbeddingConfig none = resolve(Map.of(), Map.of()).npuq().embedding();
        assertEquals(new EmbeddingConfig(Optional.empty(), "CPU", 1_000), none);
        EmbeddingConfig read = resolve(
                        Map.of(),
                        Map.of(
                                "NPU_PROXY_EMBEDDING_MODEL", "bge-small",
                                "NPU_PROXY_EMBEDDING_DEVICE", "gpu",
                                "NPUQ_EMBEDDING_CACHE_SIZE", "0"))
                .npuq()
                .embedding();
        assertEquals(new EmbeddingConfig(Optional.of("bge-small"), "GPU", 0), read);
        ConfigException npu =
                assertThrows(ConfigException.class, () -> resolve(Map.of("--embedding-device", "NPU"), Map.of()));
        assertTrue(String.valueOf(npu.getMessage()).contains("one of CPU, GPU"), npu.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, false", "0.0.0.0, true", "::, false", "192.0.2.1, true", "no.such.host.invalid, false"})
    void hostThatOtherMachinesReachIsRefused(String host, String allowed) {
        assertThrows(
                ConfigException.class, () -> resolve(Map.of("--host", host, "--allow-nonlocal", allowed), Map.of()));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "127.8.8.8", "::1", "localhost"})
    void hostOfThisMachineAloneIsTaken(String host) throws Exception {
        assertEquals(
                host, resolve(Map.of("--host", host), Map.of()).npuq().http().host());
    }

    @Test
    void remoteLaneHasAServerAModelAndAKeyThatIsNotShown() throws Exception {
        Map<String, String> flags =
                Map.of("--lanes", "CPU,REMOTE", "--remote-url", "https://host:8000/v1/", "--remote-model", "a=b,large");
        Configuration read = resolve(flags, Map.of("NPUQ_REMOTE_KEY", "secret-key"));
        RemoteConfig remote = read.npuq().engine().remote().orElseThrow();
        assertEquals("https://host:8000/v1", remote.base().toString());
        assertEquals(Optional.of("b"), remote.model("a"));
        assertEquals(Optional.of("large"), remote.model("other"));
        assertEquals(Optional.of("secret-key"), remote.key());
        assertFalse((read.npuq() + read.values().table()).contains("secret-key"));
    }

    @ParameterizedTest
    @CsvSource({
        "'CPU,REMOTE', , large, a REMOTE lane needs --remote-url",
        "'CPU,REMOTE', http://host/v1, , and --remote-model",
        "'REMOTE,CPU', http://host/v1, large, --lanes begins with REMOTE",
        "'CPU', http://host/v1, large, but no lane uses it",
        "'CPU,REMOTE', http://me:secret@host/v1, large, without a user",
        "'CPU,REMOTE', host, large, 'an address such as'",
    })
    void remoteLaneThatCannotBeSaysWhatIsMissing(
            String lanes, @Nullable String url, @Nullable String model, String words) {
        Map<String, String> flags = new HashMap<>(Map.of("--lanes", lanes));
        if (url != null) {
            flags.put("--remote-url", url);
        }
        if (model != null) {
            flags.put("--remote-model", model);
        }
        ConfigException refused = assertThrows(ConfigException.class, () -> resolve(flags, Map.of()));
        assertTrue(String.valueOf(refused.getMessage()).contains(words), refused::toString);
    }

    private String file(String text) throws IOException {
        return Files.writeString(dir.resolve("npuq.properties"), text).toString();
    }

    private static Configuration resolve(Map<String, String> flags, Map<String, String> environment)
            throws ConfigException {
        return Configuration.resolve(flags, environment);
    }
}
