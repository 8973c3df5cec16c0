package dev.slipway.server.http;

import dev.slipway.server.json.InputException;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelRepository;
import java.util.List;

/**
 * The model that answers where a protocol names none: the one that is set, or the only one.
 *
 * @param models the served models
 * @param name the name that is set; empty for the only model
 */
public record DefaultModel(ModelRepository models, String name) {
    /** What {@link dev.slipway.server.json.InputProblem#type()} says where there is none. */
    static final String AMBIGUOUS = "model_required";

    /** Which model it is, ready or not; refused if there are several and none is set. */
    ModelAddress address() {
        if (!name.isEmpty()) {
            return ModelAddress.of(name);
        }
        List<String> names =
                models.index().stream().map(each -> each.name()).distinct().toList();
        if (names.size() != 1) {
            throw new InputException(
                    AMBIGUOUS,
                    List.of("path"),
                    "expected: one served model, or scoring.default-model set to one of " + names
                            + "; or the path /models/{name}/invoke",
                    names.size() + " models");
        }
        return ModelAddress.of(names.get(0));
    }

    private boolean answers() {
        try {
            return models.answers(address());
        } catch (InputException e) {
            return false;
        }
    }

    /** Whether requests that name no model can be answered, or, where none is meant, those that name one. */
    boolean isReady() {
        return answers() || (name.isEmpty() && !models.names().isEmpty() && models.isReady());
    }
}
