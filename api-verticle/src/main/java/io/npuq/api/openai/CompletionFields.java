package io.npuq.api.openai;

import io.npuq.api.generate.ServedModels;
import io.npuq.api.http.Fields;
import io.npuq.schema.JobInput;
import io.npuq.schema.ResponseFormat;
import java.util.List;

/** Reads a request for a plain completion: the model goes on with the prompt, without its chat template. */
final class CompletionFields {
    /** As OpenAI has it. */
    private static final int TOKENS_DEFAULT = 16;

    private CompletionFields() {}

    static Asked read(Fields body, ServedModels models) {
        CommonFields.check(body, "prompt", "max_tokens", "echo", "suffix");
        CommonFields.refuse(CommonFields.says(body, "echo"), "echo", "echo is not supported: you have the prompt");
        CommonFields.refuse(
                CommonFields.says(body, "suffix"), "suffix", "suffix is not supported: the model fills no gaps");
        List<String> prompts = body.texts("prompt");
        CommonFields.refuse(
                prompts.size() != 1, "prompt", "prompt must be one text; send a request for each of several");
        return new Asked(
                CommonFields.request(
                        body,
                        new JobInput.Prompt(prompts.get(0)),
                        CommonFields.maxTokens(body, "max_tokens", TOKENS_DEFAULT),
                        ResponseFormat.TEXT),
                models.generating(body.text("model")),
                CommonFields.isStreamed(body),
                CommonFields.isUsageStreamed(body),
                false);
    }
}
