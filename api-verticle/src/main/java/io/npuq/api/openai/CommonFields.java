package io.npuq.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.generate.SamplingFields;
import io.npuq.api.generate.WaitingRequest;
import io.npuq.api.http.Fields;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.ResponseFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What chat and plain completions have in common. */
final class CommonFields {
    /** What is read, besides what is a call's own. */
    private static final List<String> READ = List.of(
            "model",
            "stream",
            "stream_options",
            "n",
            "logprobs",
            "top_logprobs",
            "logit_bias",
            "best_of",
            "use_beam_search");

    /** What OpenAI's clients send and a server of one's own has no use for. */
    private static final List<String> IGNORED = List.of(
            "user",
            "store",
            "service_tier",
            "safety_identifier",
            "prompt_cache_key",
            "parallel_tool_calls",
            "reasoning_effort",
            "verbosity");

    private CommonFields() {}

    /** Refuses what is not known, and what this server cannot do, with the reason. */
    static void check(Fields body, String... own) {
        body.onlyKnown(Stream.of(READ, WaitingRequest.NAMES, SamplingFields.NAMES, IGNORED, List.of(own))
                .flatMap(List::stream)
                .toList());
        refuse(body.integer("n", 1) != 1, "n", "n must be 1: one job makes one answer");
        refuse(body.integer("best_of", 1) != 1, "best_of", "best_of must be 1: one job makes one answer");
        refuse(isOn(body, "logprobs"), "logprobs", "logprobs are not supported: the engine keeps none");
        refuse(
                body.integer("top_logprobs", 0) != 0,
                "top_logprobs",
                "top_logprobs are not supported: the engine keeps none");
        refuse(
                body.truth("use_beam_search").orElse(false),
                "use_beam_search",
                "beam search is not supported: tokens are sampled one by one");
        refuse(
                body.any("logit_bias").filter(bias -> !bias.isEmpty()).isPresent(),
                "logit_bias",
                "logit_bias is not supported");
    }

    private static boolean isOn(Fields body, String name) {
        return body.any(name)
                .filter(value -> !value.isBoolean() || value.booleanValue())
                .filter(value -> !value.isInt() || value.intValue() > 0)
                .isPresent();
    }

    static void refuse(boolean wrong, String field, String message) {
        InvalidInputException.check(!wrong, field, message);
    }

    /** The job, where a client waits for its answer. */
    static JobRequest request(Fields body, JobInput input, int maxTokens, ResponseFormat format) {
        return WaitingRequest.chat(body, input, maxTokens, SamplingFields.read(body), format);
    }

    static InvalidInputException invalid(String field, String message) {
        return new InvalidInputException(field, message);
    }

    /** At least one; one that asks for more than there can be gets as many as there can be. */
    static int maxTokens(Fields body, String name, int otherwise) {
        int asked = body.integer(name, otherwise);
        refuse(asked < 1, name, name + " must be at least 1");
        return Math.min(asked, JobKind.CHAT.newTokensMax());
    }

    static boolean isStreamed(Fields body) {
        return body.truth("stream").orElse(false);
    }

    static boolean isUsageStreamed(Fields body) {
        Optional<Fields> options = body.object("stream_options");
        refuse(
                options.isPresent() && !isStreamed(body),
                "stream_options",
                "stream_options is for requests with stream true only");
        return options.map(given -> given.onlyKnown(List.of("include_usage", "include_obfuscation")))
                .flatMap(given -> given.truth("include_usage"))
                .orElse(false);
    }

    /** Whether the field is there and says something. */
    static boolean says(Fields body, String name) {
        return body.any(name).filter(value -> !isEmpty(value)).isPresent();
    }

    private static boolean isEmpty(JsonNode value) {
        return (value.isBoolean() && !value.booleanValue())
                || (value.isTextual() && value.asText().isEmpty());
    }
}
