package io.npuq.worker.models;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a model is for. */
public enum ModelKind {
    /** A language model: it writes text. */
    @JsonProperty("llm")
    LLM,
    /** An encoder: it turns texts into vectors. */
    @JsonProperty("encoder")
    ENCODER
}
