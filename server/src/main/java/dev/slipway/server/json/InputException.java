package dev.slipway.server.json;

import dev.slipway.graph.SlipwayException;
import java.util.List;
import java.util.stream.Collectors;

/** A request is well-formed JSON but does not say what the model needs. */
public final class InputException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    private final transient List<InputProblem> problems;

    /**
     * Refuses a request.
     *
     * @param problems what is wrong with it, at least one
     */
    public InputException(List<InputProblem> problems) {
        super(problems.stream().map(InputProblem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /**
     * Refuses a request for one fault.
     *
     * @param type what kind of fault, in pydantic's words
     * @param location the way to it
     * @param message what was expected
     * @param input what came
     */
    public InputException(String type, List<Object> location, String message, String input) {
        this(List.of(new InputProblem(type, location, message, input)));
    }

    /**
     * What is wrong.
     *
     * @return at least one fault
     */
    public List<InputProblem> problems() {
        return problems;
    }
}
