-- ARGV: generation, 'show' or 'drop'. Shows a rebuilt generation instead of the old one, or gives it up. One that is
-- shown already stays: the caller did not hear in time that it was.
local state = redis.call('HMGET', B, 'live', 'shown')
if state[2] == ARGV[1] then return 'OK' end
local others, live = {}, false
for _, gen in ipairs(words(state[1])) do
  if gen == ARGV[1] then
    live = true
  elseif ARGV[2] == 'drop' or gen ~= state[2] then
    others[#others + 1] = gen
  end
end
if not live then return 'LOST' end
if ARGV[2] == 'drop' then
  drop_generation(ARGV[1])
  set_live(others)
  return 'OK'
end
redis.call('HSET', B, 'removed', redis.call('HLEN', B .. ':t'))
if not whole(ARGV[1]) then return 'LOST' end
for g, c in pairs(copies_running()) do cancel_copy(g, c) end
if state[2] then drop_generation(state[2]) end
others[#others + 1] = ARGV[1]
set_live(others)
redis.call('HSET', B, 'shown', ARGV[1])
redis.call('HDEL', B, 'a:' .. ARGV[1])
return 'OK'
