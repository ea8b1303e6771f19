-- Shared by put and remove: moves one person between the listings of one generation.
local copies = copies_running()
local touched = {}

for g, c in pairs(copies) do
  if clock() - c.start > 60000000 then -- nobody finishes it any more
    cancel_copy(g, c)
    copies[g] = nil
  end
end

local function touch(gen, g)
  touched[gen] = touched[gen] or {}
  touched[gen][g] = true
end

-- Marks all groups that were touched with a serial number that never comes twice, so that an unchanged group is known.
local function mark_touched()
  if not next(touched) then return end
  local stamp = redis.call('HINCRBY', B, 'serial', 1)
  for gen, groups in pairs(touched) do
    local marks = {}
    for g in pairs(groups) do
      marks[#marks + 1] = g
      marks[#marks + 1] = stamp
      if #marks == 1000 then
        redis.call('HSET', B .. ':h:' .. gen, unpack(marks))
        marks = {}
      end
    end
    if #marks > 0 then redis.call('HSET', B .. ':h:' .. gen, unpack(marks)) end
  end
end

-- A snapshot being copied must stay what it was at its start: a member that leaves is copied at once, one that came
-- later is kept out.
local function leave(gen, g, member)
  if redis.call('ZREM', zset(gen, g), member) == 0 then return 0 end
  local c = copies[g]
  if c and c.gen == gen and redis.call('SREM', c.except, member) == 0 then
    redis.call('ZADD', c.into, 0, member)
  end
  touch(gen, g)
  return 1
end

local function enter(gen, g, member)
  if redis.call('ZADD', zset(gen, g), 0, member) == 0 then return 0 end
  local c = copies[g]
  if c and c.gen == gen and not redis.call('ZSCORE', c.into, member) then
    redis.call('SADD', c.except, member)
    redis.call('PEXPIRE', c.except, 120000)
  end
  touch(gen, g)
  return 1
end

local function count(gen, g, change)
  if change == 0 then return end
  local n = redis.call('HINCRBY', B .. ':g:' .. gen, g, change)
  if n == change then
    redis.call('PEXPIRE', zset(gen, g), TTL)
    if redis.call('HINCRBY', B, 'k:' .. gen, 1) == 1 then
      redis.call('PEXPIRE', B .. ':g:' .. gen, TTL)
      redis.call('PEXPIRE', B .. ':h:' .. gen, TTL)
    end
  elseif n == 0 then
    redis.call('HDEL', B .. ':g:' .. gen, g)
    redis.call('HINCRBY', B, 'k:' .. gen, -1)
  end
end

local function take_off(gen, person, version)
  local p = B .. ':p:' .. gen
  local record = redis.call('HGET', p, person)
  if not record then return end
  local known, groups, member = unpack_record(record)
  if known > version then return end
  for _, g in ipairs(groups) do count(gen, g, -leave(gen, g, member)) end
  redis.call('HDEL', p, person)
  redis.call('HINCRBY', B, 'n:' .. gen, -1)
end

local function put_on(gen, person, version, member, list)
  local p = B .. ':p:' .. gen
  local record = redis.call('HGET', p, person)
  local left = {}
  if record then
    local known, groups, old = unpack_record(record)
    if version <= known then return end
    for _, g in ipairs(groups) do left[g] = old end
  end
  for _, g in ipairs(parts(list)) do
    local old = left[g]
    left[g] = nil
    if old ~= member then
      local gone = old and leave(gen, g, old) or 0
      count(gen, g, enter(gen, g, member) - gone)
    end
  end
  for g, old in pairs(left) do count(gen, g, -leave(gen, g, old)) end
  redis.call('HSET', p, person, version .. string.format('%06d', #list) .. list .. member)
  if not record and redis.call('HINCRBY', B, 'n:' .. gen, 1) == 1 then redis.call('PEXPIRE', p, TTL) end
end
