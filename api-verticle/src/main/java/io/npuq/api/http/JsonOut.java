package io.npuq.api.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.npuq.schema.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes JSON by hand, in the order of the interface, straight to UTF-8. */
public final class JsonOut {
    /** RFC 3339 in UTC, always with three decimals, so that texts sort like times. */
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private static final int USUAL_BYTES = 1_024;

    private JsonOut() {}

    /** Something that writes one JSON value. */
    @FunctionalInterface
    public interface Body {
        /** Writes it. */
        void write(JsonGenerator json) throws IOException;
    }

    /** The value as UTF-8. */
    public static byte[] bytes(Body body) {
        ByteArrayBuilder out = new ByteArrayBuilder(USUAL_BYTES);
        try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(out)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("an answer cannot be written as JSON: a bug in npuq", e);
        }
        return out.toByteArray();
    }

    /** The object that has these fields, as UTF-8. */
    public static byte[] object(Body fields) {
        return bytes(json -> {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        });
    }

    /** A time, or null. */
    public static void time(JsonGenerator json, String name, Optional<Instant> time) throws IOException {
        json.writeStringField(name, time.map(MILLIS::format).orElse(null));
    }

    /** A whole number, or null. */
    public static void number(JsonGenerator json, String name, @Nullable Long value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value.longValue());
        }
    }

    /** A number with decimals, or null. */
    public static void decimal(JsonGenerator json, String name, @Nullable Double value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value.doubleValue());
        }
    }
}
