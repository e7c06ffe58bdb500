package io.npuq.worker.models;

import io.npuq.schema.Sha256;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.NpuqHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Where models lie, and where those that are not whole yet do: beside them on the same disk, so that a rename makes them whole at once. */
record Places(NpuqHome home) {
    private static final String UNFINISHED = ".unfinished";

    Path models() {
        return home.models();
    }

    Path of(ModelName name) {
        return models().resolve(name.directory());
    }

    /** Where a pull gathers files; it is the same after a restart. */
    Path partial(ModelName name, String fingerprint) {
        return unfinished(name).resolve(Sha256.hex(fingerprint).substring(0, 16));
    }

    /** All that is unfinished of a model. */
    Path unfinished(ModelName name) {
        return models().resolve(UNFINISHED).resolve(name.directory());
    }

    Path lock(ModelName name) {
        return models().resolve(UNFINISHED).resolve("." + name.directory() + ".lock");
    }

    /** A new name for something that is to go, or not there yet. */
    Path aside(ModelName name) throws IOException {
        return Files.createDirectories(unfinished(name))
                .resolve(UUID.randomUUID().toString());
    }
}
