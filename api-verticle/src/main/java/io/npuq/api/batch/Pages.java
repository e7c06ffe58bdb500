package io.npuq.api.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.Answer;
import io.npuq.api.http.JsonOut;
import io.npuq.api.http.Query;
import io.npuq.schema.InvalidInputException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Listings with a cursor, as OpenAI has them. */
final class Pages {
    private static final int OK = 200;

    private Pages() {}

    /** Writes one thing. */
    interface Writer<T> {
        void write(JsonGenerator json, T value) throws IOException;
    }

    /** Behind which id a page begins. */
    static Optional<String> after(Query query, String prefix) {
        Optional<String> after = query.text("after");
        InvalidInputException.check(
                after.isEmpty() || Ids.isOne(prefix, after.get()), "after", "after must be an id of a page before");
        return after;
    }

    /**
     * A page.
     *
     * @param found one more than the page may have, where there are more
     */
    static <T> Answer of(List<T> found, int limit, Function<T, String> id, Writer<T> writer) {
        List<T> page = found.stream().limit(limit).toList();
        return Answer.json(OK, JsonOut.object(json -> {
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (T value : page) {
                writer.write(json, value);
            }
            json.writeEndArray();
            json.writeStringField("first_id", page.isEmpty() ? null : id.apply(page.get(0)));
            json.writeStringField("last_id", page.isEmpty() ? null : id.apply(page.get(page.size() - 1)));
            json.writeBooleanField("has_more", found.size() > limit);
        }));
    }
}
