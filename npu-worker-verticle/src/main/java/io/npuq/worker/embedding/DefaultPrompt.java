package io.npuq.worker.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.worker.engine.EngineException;
import java.util.List;

/**
 * What a model wants to stand before every text, as {@code config_sentence_transformers.json} says: the prompt of {@code prompts} that
 * {@code default_prompt_name} names, as sentence-transformers writes it before a text where the caller names no other.
 *
 * @param text empty where there is none
 */
record DefaultPrompt(String text) {
    private static final String FILE = "config_sentence_transformers.json";

    /**
     * Reads it.
     *
     * @throws EngineException {@code MODEL_UNAVAILABLE} where the file names a prompt that it does not have, as sentence-transformers refuses it too
     */
    static DefaultPrompt read(EncoderDirectory model) throws EngineException {
        JsonNode config = model.json(FILE);
        JsonNode name = config.path("default_prompt_name");
        if (!name.isTextual()) {
            return new DefaultPrompt("");
        }
        JsonNode prompt = config.path("prompts").path(name.textValue());
        if (!prompt.isTextual()) {
            throw EncoderDirectory.unavailable(
                    "the embedding model \"" + model.name() + "\" names \"" + name.textValue()
                            + "\" as its default prompt, but its " + FILE
                            + " has no prompt of that name; copy that file from the"
                            + " original model");
        }
        if (!model.json("1_Pooling/config.json").path("include_prompt").asBoolean(true)) {
            throw EncoderDirectory.unavailable(
                    "the embedding model \"" + model.name()
                            + "\" leaves its prompt out when it is pooled (include_prompt), which npuq does not do; take another");
        }
        return new DefaultPrompt(prompt.textValue());
    }

    /** The texts as the model is to read them. */
    List<String> before(List<String> texts) {
        return text.isEmpty() ? texts : texts.stream().map(text::concat).toList();
    }
}
