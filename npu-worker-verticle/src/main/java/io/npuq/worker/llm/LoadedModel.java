package io.npuq.worker.llm;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.openvino.OpenVino;
import java.util.Set;

/**
 * A model that is ready.
 *
 * @param name for people
 * @param digest SHA-256 over its files
 * @param openVino what it runs on; closed with it
 * @param tokenizer its own
 * @param tokenBytes for guided answers
 * @param language the compiled model
 * @param endOfTurn tokens that end an answer
 * @param deviceActual what executes it
 */
record LoadedModel(
        String name,
        String digest,
        OpenVino openVino,
        Tokenizer tokenizer,
        TokenBytes tokenBytes,
        LanguageModel language,
        Set<Integer> endOfTurn,
        String deviceActual)
        implements AutoCloseable {
    ContextLimits limits() {
        return language.limits();
    }

    EngineInfo info(DeviceChoice requested, double loadMs) {
        return new EngineInfo(
                name,
                digest,
                openVino.version(),
                openVino.driverVersion(deviceActual).orElse(null),
                requested.wire(),
                deviceActual,
                loadMs,
                limits().promptTokensMaxIfKnown(),
                null,
                language.loadedFromCache().orElse(null));
    }

    @Override
    public void close() {
        language.close();
        tokenizer.close();
        openVino.close();
    }
}
