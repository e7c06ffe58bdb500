package io.npuq.worker.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.worker.engine.EngineException;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the model's configuration says of its inputs.
 *
 * @param tokensMax most tokens that it reads of one text, special ones included
 * @param padding the token that fills up the shorter texts of a batch
 */
record EncoderLimits(int tokensMax, long padding) {
    /** Where nothing says otherwise: what nearly all encoders were made for. */
    private static final int TOKENS_DEFAULT = 512;

    /** Tokenizers without a limit say a number of thirty digits. */
    private static final int TOKENS_PLAUSIBLE_MAX = 1 << 17;

    /** The positions of these begin behind that of the padding token, so that some of them are never used. */
    private static final Set<String> POSITIONS_BEHIND_PADDING =
            Set.of("roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet", "longformer", "data2vec-text");

    /** The smallest of the limits that the files name. */
    static EncoderLimits read(EncoderDirectory model) throws EngineException {
        JsonNode config = model.json("config.json");
        int padding = config.path("pad_token_id").asInt(0);
        boolean behind =
                POSITIONS_BEHIND_PADDING.contains(config.path("model_type").asText());
        int tokensMax = IntStream.of(
                        limit(config.path("max_position_embeddings")) - (behind ? padding + 1 : 0),
                        limit(model.json("sentence_bert_config.json").path("max_seq_length")),
                        limit(model.json("tokenizer_config.json").path("model_max_length")))
                .filter(limit -> limit > 0)
                .min()
                .orElse(TOKENS_DEFAULT);
        return new EncoderLimits(tokensMax, padding);
    }

    /** A number of tokens; not positive where there is none. */
    private static int limit(JsonNode number) {
        return number.canConvertToInt() && number.intValue() <= TOKENS_PLAUSIBLE_MAX ? number.intValue() : 0;
    }
}
