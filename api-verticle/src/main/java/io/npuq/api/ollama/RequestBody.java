package io.npuq.api.ollama;

import io.npuq.api.http.Exchange;
import io.npuq.api.http.Fields;
import io.npuq.schema.InvalidInputException;

/** The bodies of this dialect's requests. */
final class RequestBody {
    private RequestBody() {}

    /** The fields of a body that must be there, whatever its declared type. Unknown ones pass: clients send what their server of the day takes. */
    static Fields read(Exchange exchange) {
        exchange.query();
        return exchange.optionalJsonOfAnyType()
                .orElseThrow(() -> new InvalidInputException("body", "missing request body"));
    }

    /** The model's name, as the client has it. */
    static String model(Fields body) {
        return body.text("model")
                .filter(name -> !name.isEmpty())
                .orElseThrow(() -> new InvalidInputException("model", "model is required"));
    }
}
