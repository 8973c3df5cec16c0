-- Sends at a rate below the server's limit: each connection pauses between requests, on average PAUSE milliseconds.
local pause = tonumber(os.getenv("PAUSE")) or 1
local due = 0

function delay()
  due = due + pause
  local whole = math.floor(due)
  due = due - whole
  return whole
end
