for _, gen in ipairs(words(redis.call('HGET', B, 'live'))) do
  for _, g in ipairs(redis.call('HKEYS', B .. ':g:' .. gen)) do redis.call('UNLINK', B .. ':i:' .. g) end
  drop_generation(gen)
end
for g, c in pairs(copies_running()) do cancel_copy(g, c) end
for _, v in ipairs(redis.call('ZRANGE', B .. ':v', 0, -1)) do
  local version, group = string.match(v, '^(%S+) (.*)$')
  redis.call('UNLINK', B .. ':x:' .. version, B .. ':i:' .. group)
end
redis.call('UNLINK', B, B .. ':t', B .. ':v', B .. ':cp')
return 'OK'
