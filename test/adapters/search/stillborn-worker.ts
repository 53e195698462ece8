throw new Error("this machine starts no workers");
