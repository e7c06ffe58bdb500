package io.npuq.api.batch;

import io.npuq.api.http.Fields;
import java.util.List;

/** The endpoints that lines may ask. */
public interface LineCalls {
    /** Their paths. */
    List<String> urls();

    /**
     * Reads the body of a line, as the endpoint itself would. May block.
     *
     * @param url one of {@link #urls}
     * @throws io.npuq.api.http.ProblemException as the endpoint would answer
     * @throws io.npuq.schema.InvalidInputException when a field is wrong
     */
    LineCall read(String url, Fields body);
}
