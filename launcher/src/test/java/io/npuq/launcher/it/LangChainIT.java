package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** LangChain4j's OpenAI and Ollama modules against a running npuq. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LangChainIT {
    private static final String ASK = "Say hello.";

    @TempDir
    static Path home;

    private ServerProcess server;
    private String model;

    @BeforeAll
    void serve() throws IOException {
        Path tiny = TinyModel.below(home);
        model = tiny.getFileName().toString();
        server = Npuq.in(home).serveTiny(tiny, "CPU");
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private ChatModel openAi(String name) {
        return OpenAiChatModel.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("none")
                .modelName(name)
                .maxTokens(8)
                .maxRetries(0)
                .build();
    }

    @Test
    void openAiModuleChats() {
        assertFalse(openAi(model).chat(ASK).isEmpty());
    }

    @Test
    void openAiModuleStreamsWhatItWouldHaveSaidAtOnce() {
        StreamingChatModel streaming = OpenAiStreamingChatModel.builder()
                .baseUrl(server.url() + "/v1")
                .apiKey("none")
                .modelName(model)
                .maxTokens(8)
                .build();
        assertEquals(openAi(model).chat(ASK), streamed(streaming));
    }

    @Test
    void openAiModuleHearsOfErrors() {
        assertThrows(ModelNotFoundException.class, () -> openAi("no-such-model").chat(ASK));
        assertThrows(
                RuntimeException.class,
                () -> OpenAiEmbeddingModel.builder()
                        .baseUrl(server.url() + "/v1")
                        .apiKey("none")
                        .modelName("any")
                        .maxRetries(0)
                        .build()
                        .embed(ASK));
    }

    private ChatModel ollama(String name) {
        return OllamaChatModel.builder()
                .baseUrl(server.url())
                .modelName(name)
                .temperature(0.0)
                .numPredict(8)
                .maxRetries(0)
                .build();
    }

    @Test
    void ollamaModuleChatsAndStreams() {
        StreamingChatModel streaming = OllamaStreamingChatModel.builder()
                .baseUrl(server.url())
                .modelName(model)
                .temperature(0.0)
                .numPredict(8)
                .build();
        String whole = ollama(model).chat(ASK);
        assertFalse(whole.isEmpty());
        assertEquals(whole, streamed(streaming));
    }

    @Test
    void ollamaModuleHearsOfErrors() {
        assertThrows(ModelNotFoundException.class, () -> ollama("no-such-model").chat(ASK));
    }

    private static String streamed(StreamingChatModel model) {
        CompletableFuture<String> whole = new CompletableFuture<>();
        StringBuilder text = new StringBuilder();
        model.chat(ASK, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                text.append(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                whole.complete(text.toString());
            }

            @Override
            public void onError(Throwable error) {
                whole.completeExceptionally(error);
            }
        });
        return whole.join();
    }
}
