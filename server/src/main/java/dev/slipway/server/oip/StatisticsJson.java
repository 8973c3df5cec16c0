package dev.slipway.server.oip;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.inference.Statistics;
import java.util.List;
import java.util.Map;

/**
 * The statistics extension.
 *
 * <p>Source: Triton, statistics extension. {@code inference_count} counts rows, {@code execution_count} calls into the engine.
 */
public final class StatisticsJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StatisticsJson() {}

    /**
     * Writes statistics.
     *
     * @param models whose
     * @return an object with {@code model_stats}
     */
    public static ObjectNode of(List<ServedModel> models) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("model_stats");
        for (ServedModel model : models) {
            write(all.addObject().put("name", model.name()).put("version", model.version()), model.statistics());
        }
        return answer;
    }

    private static void write(ObjectNode into, Statistics statistics) {
        into.put("last_inference", statistics.lastMillis())
                .put("inference_count", statistics.rows())
                .put("execution_count", statistics.computeInfer().count());
        ObjectNode times = into.putObject("inference_stats");
        write(times, "success", statistics.success());
        write(times, "fail", statistics.fail());
        write(times, "queue", statistics.queue());
        write(times, "compute_input", statistics.computeInput());
        write(times, "compute_infer", statistics.computeInfer());
        write(times, "compute_output", statistics.computeOutput());
        ArrayNode batches = into.putArray("batch_stats");
        for (Map.Entry<Long, Statistics.Tally> each : statistics.batches().entrySet()) {
            write(batches.addObject().put("batch_size", each.getKey()), "compute_infer", each.getValue());
        }
    }

    private static void write(ObjectNode into, String name, Statistics.Tally tally) {
        into.putObject(name).put("count", tally.count()).put("ns", tally.nanos());
    }
}
