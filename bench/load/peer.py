"""The peer: FastAPI and uvicorn, answering 3x + 1 computed by numpy, without any model file to load."""
import sys

import numpy as np
import uvicorn
from fastapi import FastAPI

KERNEL = np.array([[3.0]], dtype=np.float32)
BIAS = np.array([1.0], dtype=np.float32)
app = FastAPI()


@app.get("/prediction/{input_value}")
async def prediction(input_value: float):
    x = np.array([[input_value]], dtype=np.float32)
    return {"prediction": (x @ KERNEL + BIAS).tolist()}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False, loop="uvloop", http="httptools")
