package dev.slipway.server.openapi;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.ServedModel;
import java.util.List;
import java.util.Optional;

/** The model that answers a number in a path by a number: the first that takes and gives one number a row. */
public final class ScalarModel {
    private ScalarModel() {}

    /**
     * Finds it.
     *
     * @param models served models, by names
     * @return the model, if there is one
     */
    public static Optional<ServedModel> find(List<ServedModel> models) {
        return models.stream().filter(ScalarModel::isScalar).findFirst();
    }

    private static boolean isScalar(ServedModel model) {
        return model.rowsAreIndependent() && isScalar(model.inputs()) && isScalar(model.outputs());
    }

    private static boolean isScalar(List<TensorSpec> specs) {
        return specs.size() == 1
                && specs.get(0).type() == DataType.FLOAT
                && specs.get(0).shape().rank() == 2
                && specs.get(0).shape().slice(1, 2).equals(Shape.of(1));
    }
}
