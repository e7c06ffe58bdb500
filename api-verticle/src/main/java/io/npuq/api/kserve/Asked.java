package io.npuq.api.kserve;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.api.generate.SamplingFields;
import io.npuq.api.http.Fields;
import io.npuq.api.http.Text;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Json;
import io.npuq.schema.Limits;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an inference asks for. Options are tensors or parameters, whichever the client likes; {@code sampling_parameters} holds some of
 * them as JSON, as for Triton's vLLM back end.
 *
 * @param job the job
 * @param shape of the texts that came
 * @param namesPriority whether the client itself says how urgent it is
 * @param inPieces whether the answer is wanted as it is made, where the protocol streams
 */
public record Asked(JobRequest job, List<Long> shape, boolean namesPriority, boolean inPieces) {
    private static final String SAMPLING_PARAMETERS = "sampling_parameters";
    private static final String STREAM = "stream";

    /** Names by which other back ends know options. */
    private static final Map<String, String> ALIASES = Map.of("stop_words", "stop", "random_seed", "seed");

    /** Of the request, not of the model. */
    private static final List<String> COMMON =
            List.of("priority", "timeout", "binary_data_output", "triton_enable_empty_final_response");

    private static final List<String> GENERATION = Stream.of(
                    COMMON, List.of("max_tokens", STREAM, "raw", "exclude_input_in_output"), SamplingFields.NAMES)
            .flatMap(List::stream)
            .toList();

    private static final Set<String> TEXTS = Set.of("stop");
    private static final long MICROS_PER_MILLI = 1_000;

    /** Reads a request for this model; what is not allowed leaves as an {@link InvalidInputException}. */
    public static Asked of(Inference inference, Model model) {
        model.checkOutputs(inference);
        Tensor texts = inference.inputs().stream()
                .filter(input -> input.name().equals(Model.TEXT_INPUT))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        Model.TEXT_INPUT, "the input text_input is missing; it holds the text, as BYTES"));
        InvalidInputException.check(
                texts.datatype() == Datatype.BYTES, Model.TEXT_INPUT, "text_input must be of datatype BYTES");
        Fields options = Fields.of(options(inference)).onlyKnown(model.embeds() ? COMMON : GENERATION);
        JobRequest job = model.embeds() ? embedding(texts) : generation(texts, options);
        return new Asked(
                common(job, options),
                texts.shape(),
                options.integer("priority").orElse(0) != 0,
                options.truth(STREAM).orElse(true));
    }

    /** Of an answer that comes whole. */
    public static Asked whole(Inference inference, Model model) {
        boolean pieces = options(inference).path(STREAM).booleanValue();
        InvalidInputException.check(
                !pieces, STREAM, "stream is for gRPC's ModelStreamInfer; this answer comes whole, so leave stream out");
        return of(inference, model);
    }

    private static ObjectNode options(Inference inference) {
        ObjectNode options = Json.MAPPER.createObjectNode();
        inference.parameters().properties().forEach(given -> put(options, given.getKey(), given.getValue()));
        for (Tensor input : inference.inputs()) {
            if (!input.name().equals(Model.TEXT_INPUT)) {
                put(options, input.name(), input.value());
            }
        }
        JsonNode more = options.remove(SAMPLING_PARAMETERS);
        if (more != null) {
            Json.object(SAMPLING_PARAMETERS, more.asText())
                    .properties()
                    .forEach(given -> put(options, given.getKey(), given.getValue()));
        }
        return options;
    }

    private static void put(ObjectNode options, String alias, JsonNode value) {
        String name = ALIASES.getOrDefault(alias, alias);
        JsonNode before = options.get(name);
        InvalidInputException.check(before == null, Text.echo(name), Text.echo(name) + " is given twice");
        options.set(name, TEXTS.contains(name) ? withoutEmpty(value) : number(value));
    }

    /** Many clients of Triton write numbers as texts, since parameters had no numbers but whole ones for long. */
    private static JsonNode number(JsonNode value) {
        if (!value.isTextual()) {
            return value;
        }
        try {
            JsonNode read = Json.MAPPER.readTree(value.textValue());
            return read.isNumber() || read.isBoolean() ? read : value;
        } catch (JsonProcessingException e) {
            return value;
        }
    }

    /** An empty text stands for none. */
    private static JsonNode withoutEmpty(JsonNode value) {
        ArrayNode texts = Json.MAPPER.createArrayNode();
        if (value.isTextual()) {
            texts.add(value);
        } else {
            value.forEach(texts::add);
        }
        texts.removeIf(text -> text.isTextual() && text.textValue().isEmpty());
        return texts;
    }

    private static JobRequest embedding(Tensor texts) {
        boolean column = texts.shape().size() == 2 && texts.shape().get(1) == 1;
        InvalidInputException.check(
                texts.shape().size() <= 1 || column,
                Model.TEXT_INPUT,
                "text_input must have the shape [n] or [n,1], for n texts");
        return JobRequest.embedding(
                texts.elements().stream().map(JsonNode::textValue).toList());
    }

    private static JobRequest generation(Tensor texts, Fields options) {
        InvalidInputException.check(
                texts.elements().size() == 1,
                Model.TEXT_INPUT,
                "text_input must have one element, not " + texts.elements().size()
                        + ": each generation is a job of its own; send a request for each text");
        InvalidInputException.check(
                options.truth("exclude_input_in_output").orElse(true),
                "exclude_input_in_output",
                "text_output never holds the input; send exclude_input_in_output as true, or leave it out");
        String text = texts.elements().get(0).textValue();
        InvalidInputException.check(!text.isBlank(), Model.TEXT_INPUT, "text_input must not be empty");
        int tokens = options.integer("max_tokens", JobKind.CHAT.newTokensDefault());
        InvalidInputException.check(
                tokens >= 1 && tokens <= Limits.CHAT_NEW_TOKENS_MAX,
                "max_tokens",
                "max_tokens must be from 1 to " + Limits.CHAT_NEW_TOKENS_MAX);
        JobInput input = options.truth("raw").orElse(false)
                ? new JobInput.Prompt(text)
                : new JobInput.Chat(List.of(new ChatMessage("user", text)));
        return JobRequest.chat(input).withMaxNewTokens(tokens).withSampling(SamplingFields.read(options));
    }

    /** Triton's 0 is for no priority and for no time-out. */
    private static JobRequest common(JobRequest job, Fields options) {
        OptionalLong priority = options.integer("priority");
        long level = priority.orElse(0);
        InvalidInputException.check(
                level >= 0 && level <= Limits.PRIORITY_MAX,
                "priority",
                "priority must be from 1 (most urgent) to " + Limits.PRIORITY_MAX + ", or 0 for the default, which is "
                        + Limits.PRIORITY_SYNC);
        JobRequest placed = job.withPriority(level == 0 ? Limits.PRIORITY_SYNC : Math.toIntExact(level));
        long micros = options.integer("timeout").orElse(0);
        long most = Limits.DEADLINE_MAX.toMillis() * MICROS_PER_MILLI;
        InvalidInputException.check(
                micros == 0 || (micros >= MICROS_PER_MILLI && micros <= most),
                "timeout",
                "timeout is in microseconds: from " + MICROS_PER_MILLI + " to " + most + ", or 0 for none");
        return micros == 0 ? placed : placed.withDeadline(Duration.of(micros, ChronoUnit.MICROS));
    }
}
