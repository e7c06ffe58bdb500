package io.npuq.worker.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The tokens that end an answer. */
final class EndOfTurn {
    private EndOfTurn() {}

    /**
     * Their ids: {@code eos_token_id}, one or a list, of {@code generation_config.json}, else of {@code config.json}, else of the
     * tokenizer's {@code rt_info} (models made from GGUF have only that). Empty when none of them says.
     */
    static Set<Integer> idsOf(ModelDirectory model) throws IOException {
        for (String file : new String[] {"generation_config.json", "config.json"}) {
            Set<Integer> ids = idsOf(model.file(file));
            if (!ids.isEmpty()) {
                return ids;
            }
        }
        Optional<String> noted =
                IrGraph.read(model.file("openvino_tokenizer.xml")).rtInfo("eos_token_id");
        return noted.map(id -> Set.of(Integer.valueOf(id))).orElse(Set.of());
    }

    private static Set<Integer> idsOf(Path json) throws IOException {
        if (!Files.exists(json)) {
            return Set.of();
        }
        JsonNode eos = Json.MAPPER.readTree(Files.readAllBytes(json)).path("eos_token_id");
        Set<Integer> ids = new HashSet<>();
        if (eos.isInt()) {
            ids.add(eos.intValue());
        }
        eos.elements().forEachRemaining(id -> ids.add(id.intValue()));
        return Set.copyOf(ids);
    }
}
