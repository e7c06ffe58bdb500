package io.npuq.worker.process;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import org.jspecify.annotations.Nullable;

/**
 * What parent and child say to each other.
 *
 * <pre>
 *  child  ─ Hello ─▶ parent
 *  parent ─ Load ──▶ child ─ Loaded | Failed(0) ─▶ parent
 *  parent ─ Generate(n) ─▶ child ─ Text(n)… Done(n) | Failed(n) ─▶ parent
 *  parent ─ Prepare ─▶ child, at any time once it is loaded: that Generate probably comes next
 *  parent ─ Count(n) ─▶ child, at any time once it is loaded ─ Counted(n) ─▶ parent
 *  parent ─ Cancel(n) ─▶ child: the answer to n comes soon
 *  parent ─ Ping ──▶ child ─ Pong ─▶ parent, whatever else it does
 *  parent ─ Bye, or end of file ─▶ child: it ends
 * </pre>
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Message.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = Message.Load.class, name = "load"),
    @JsonSubTypes.Type(value = Message.Loaded.class, name = "loaded"),
    @JsonSubTypes.Type(value = Message.Generate.class, name = "generate"),
    @JsonSubTypes.Type(value = Message.Text.class, name = "text"),
    @JsonSubTypes.Type(value = Message.Done.class, name = "done"),
    @JsonSubTypes.Type(value = Message.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = Message.Prepare.class, name = "prepare"),
    @JsonSubTypes.Type(value = Message.Count.class, name = "count"),
    @JsonSubTypes.Type(value = Message.Counted.class, name = "counted"),
    @JsonSubTypes.Type(value = Message.Cancel.class, name = "cancel"),
    @JsonSubTypes.Type(value = Message.Ping.class, name = "ping"),
    @JsonSubTypes.Type(value = Message.Pong.class, name = "pong"),
    @JsonSubTypes.Type(value = Message.Bye.class, name = "bye")
})
sealed interface Message {
    /** Goes up when a message changes: parent and child come from one build, and this proves it. */
    int PROTOCOL = 3;

    /** The call number of a load. */
    long LOAD_CALL = 0;

    record Hello(int protocol) implements Message {}

    /** What to load; its shape is between whoever starts the child and whoever makes its engine. */
    record Load(JsonNode settings) implements Message {}

    record Loaded(EngineInfo info) implements Message {}

    record Generate(long call, Generation generation) implements Message {}

    record Text(long call, String text) implements Message {}

    record Done(long call, Generated generated) implements Message {
        /** Jackson reads an absent object as a null node; outside of JSON it is null. */
        public Done {
            JsonNode json = generated.json();
            if (json != null && json.isNull()) {
                generated = new Generated(
                        generated.text(),
                        null,
                        generated.finishReason(),
                        generated.usage(),
                        generated.timeToFirstTokenMs(),
                        generated.generateMs(),
                        generated.embeddings());
            }
        }
    }

    record Failed(long call, EngineException.Kind kind, String message) implements Message {}

    /** Nothing is answered to it, and nothing follows from it but speed. */
    record Prepare(Generation next) implements Message {}

    /** Counts of prompts have numbers of their own: they go beside the calls. */
    record Count(long number, Generation generation) implements Message {}

    record Counted(long number, @Nullable Integer promptTokens) implements Message {}

    record Cancel(long call) implements Message {}

    record Ping() implements Message {}

    record Pong() implements Message {}

    record Bye() implements Message {}
}
