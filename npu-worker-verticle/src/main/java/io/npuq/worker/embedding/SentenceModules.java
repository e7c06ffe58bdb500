package io.npuq.worker.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.worker.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with the token vectors that the model's graph ends in, as {@code modules.json} says.
 *
 * @param pooling how they become one
 * @param normalize whether that is brought to length 1
 */
record SentenceModules(Pooling pooling, boolean normalize) {
    private static final Logger LOG = LoggerFactory.getLogger(SentenceModules.class);
    private static final String POOLING_CONFIG = "config.json";

    /**
     * Reads them. A model without the file is pooled by the mean and not normalized, as sentence-transformers does it then.
     *
     * @throws EngineException {@code MODEL_UNAVAILABLE} where the model wants what npuq does not do: its vectors would be wrong
     */
    static SentenceModules read(EncoderDirectory model) throws EngineException {
        JsonNode modules = model.json("modules.json");
        if (!modules.isArray()) {
            LOG.warn(
                    "embedding model \"{}\" has no modules.json: its vectors are the mean of its tokens', not normalized",
                    model.name());
            return new SentenceModules(Pooling.MEAN, false);
        }
        Optional<Pooling> pooling = Optional.empty();
        boolean normalize = false;
        for (JsonNode module : modules) {
            String type = module.path("type").asText();
            switch (type.substring(type.lastIndexOf('.') + 1)) {
                case "Transformer" -> {}
                case "Pooling" ->
                    pooling = Optional.of(pooling(model, module.path("path").asText()));
                case "Normalize" -> normalize = true;
                default ->
                    throw EncoderDirectory.unavailable(
                            "the embedding model \"" + model.name()
                                    + "\" wants a module of the type " + type
                                    + ", which npuq does not have; export it so that the"
                                    + " graph holds it (optimum-cli export openvino --library sentence_transformers), or take another");
            }
        }
        return new SentenceModules(pooling.orElse(Pooling.MEAN), normalize);
    }

    private static Pooling pooling(EncoderDirectory model, String path) throws EngineException {
        JsonNode config = model.json(path + "/" + POOLING_CONFIG);
        if (config.isMissingNode()) {
            throw EncoderDirectory.unavailable("the embedding model \"" + model.name() + "\" lacks " + path + "/"
                    + POOLING_CONFIG + ", which says how its vectors are pooled; copy it from the original model");
        }
        List<String> modes = modes(config);
        Optional<Pooling> only = modes.size() == 1 ? byName(modes.get(0)) : Optional.empty();
        return only.orElseThrow(() -> EncoderDirectory.unavailable("the embedding model \"" + model.name()
                + "\" is pooled by " + (modes.isEmpty() ? "nothing" : String.join(" and ", modes))
                + "; npuq pools by the mean or by the first token (" + Pooling.MEAN.flag() + ", " + Pooling.CLS.flag()
                + ")"));
    }

    private static List<String> modes(JsonNode config) {
        if (config.path("pooling_mode").isTextual()) {
            return List.of(config.get("pooling_mode").textValue().toLowerCase(Locale.ROOT));
        }
        List<String> modes = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : config.properties()) {
            if (field.getKey().startsWith("pooling_mode_") && field.getValue().asBoolean()) {
                modes.add(field.getKey());
            }
        }
        return modes;
    }

    private static Optional<Pooling> byName(String mode) {
        for (Pooling pooling : Pooling.values()) {
            if (pooling.flag().equals(mode)) {
                return Optional.of(pooling);
            }
        }
        return Pooling.named(mode);
    }
}
